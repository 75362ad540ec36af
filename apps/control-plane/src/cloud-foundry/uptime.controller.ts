import { Controller, Get, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AsText } from '../policies/as-text';
import { CloudFoundryErrors } from '../policies/cloud-foundry-errors';
import { uptimeLine } from './uptime';

/** How long this process has been serving, for anyone who asks; browsers are shown the dashboard instead. */
@ApiExcludeController()
@Controller()
@UseFilters(CloudFoundryErrors)
export class UptimeController {
  private readonly startedAtNs = process.hrtime.bigint();

  @Get()
  root(@Req() request: Request, @Res() response: Response): void {
    if (request.accepts(['text/plain', 'html']) === 'html') response.redirect('/dashboard/');
    else response.type('text/plain').send(this.uptime());
  }

  @Get('networking')
  @AsText()
  uptime(): string {
    return uptimeLine(this.startedAtNs);
  }
}
