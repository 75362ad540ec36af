/**
 * A busy machine takes its time: a command of ours may need seconds to start there, and some tests run six. A test that hangs is
 * still found. In ms.
 */
jest.setTimeout(30_000);
