import type { ModelPolicy } from './model-policy';

/** A text in JSON as Go writes it. */
export function goText(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026');
}

/** A tag of one byte. */
export function tagText(tag: number): string {
  return `${tag < 16 ? '0' : ''}${tag.toString(16).toUpperCase()}`;
}

/** A list of policies; v0 leaves out ranges. @param tagOf the tag of an app, where tags are shown */
export function listBody(policies: readonly ModelPolicy[], version: string, tagOf?: (app: string) => string): string {
  const shown = policies.filter(({ start, end }) => version === 'v1' || start === end);
  const app = (id: string) => `"id":${goText(id)}${tagOf ? `,"tag":"${tagOf(id)}"` : ''}`;
  const items = shown.map(({ source, destination, protocol, start, end }) => {
    const ports = version === 'v1' ? `"ports":{"start":${start},"end":${end}}` : `"port":${start}`;
    return `{"source":{${app(source)}},"destination":{${app(destination)},"protocol":"${protocol}",${ports}}}`;
  });
  return `{"total_policies":${shown.length},"policies":[${items.join(',')}]}`;
}
