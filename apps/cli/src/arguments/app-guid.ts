import { UserError } from '@heddle/platform/errors';

/** A parser of the GUID of an app, or of something else: any text but the empty one. It throws a {@link UserError} that names the argument. */
export function appGuid(name: string, of = 'an app'): (text: string) => string {
  return (text) => {
    if (text !== '') return text;
    throw new UserError('argument-invalid', `${name} is empty, but must be the GUID of ${of}`);
  };
}

/** A parser for an option that takes several apps, after each other or by comma, as the policy API takes them. */
export function appGuids(name: string, of?: string): (text: string, before?: readonly string[]) => string[] {
  const parse = appGuid(name, of);
  return (text, before = []) => [...before, ...text.split(',').map(parse)];
}
