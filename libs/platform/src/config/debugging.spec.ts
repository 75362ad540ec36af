import { isDebugging } from './debugging';

describe('whether errors show where they come from', () => {
  it.each(['on', '1', 'true'])('yes with HEDDLE_DEBUG=%s', (text) =>
    expect(isDebugging({ HEDDLE_DEBUG: text })).toBe(true),
  );

  it.each(['off', '0', 'false', '', 'perhaps', undefined])('no with HEDDLE_DEBUG=%s', (text) =>
    expect(isDebugging({ HEDDLE_DEBUG: text })).toBe(false),
  );
});
