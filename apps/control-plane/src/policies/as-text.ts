import { applyDecorators, Header, HttpCode } from '@nestjs/common';

/** Success is 200, and the body text, also when it is JSON: Cloud Foundry's policy server never says otherwise. */
export const AsText = () => applyDecorators(HttpCode(200), Header('Content-Type', 'text/plain; charset=utf-8'));
