import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';

/** When this process began to serve. */
export const STARTED_AT = Symbol('started at');

/** What stands at `/`: the dashboard for browsers, and for programs the line that Cloud Foundry's policy server gives. */
@ApiExcludeController()
@Controller()
export class RootController {
  constructor(@Inject(STARTED_AT) private readonly startedAt: Date) {}

  @Get()
  root(@Req() request: Request, @Res() response: Response): void {
    if (request.accepts(['text/plain', 'html']) === 'html') {
      response.redirect('/dashboard/');
      return;
    }
    const upSeconds = (Date.now() - this.startedAt.getTime()) / 1000;
    response.type('text/plain').send(`Network policy server, up for ${upSeconds}s\n`);
  }
}
