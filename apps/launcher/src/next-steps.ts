import { HOMEOWNER_PORT, type Lab } from './lab';

/** What to try once everything answers. */
export function nextSteps(lab: Lab | string, heddle = 'bin/heddle'): string {
  if (typeof lab === 'string') {
    return [
      `There is no lab: ${lab}.`,
      'Try:',
      `  ${heddle} policy add visitor homeowner --protocol tcp --port ${HOMEOWNER_PORT}`,
      `  ${heddle} policy list`,
      `  ${heddle} dashboard`,
    ].join('\n');
  }
  const visit = `ip netns exec ${lab.visitor.namespace} curl -sS -m 2 http://${lab.homeowner.address}:${HOMEOWNER_PORT}`;
  return [
    'Try, in another terminal:',
    `  ${visit}    # refused: no policy says so`,
    `  ${heddle} policy add visitor homeowner --protocol tcp --port ${HOMEOWNER_PORT}`,
    `  ${visit}    # now it answers`,
    `Watch it live: ${heddle} dashboard`,
  ].join('\n');
}
