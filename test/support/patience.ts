/**
 * What stands on other processes waits for them: a command of ours takes a second to start on a busy machine, and some tests run
 * six. A test that hangs is still found. In ms.
 */
jest.setTimeout(30_000);
