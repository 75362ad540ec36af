import { Controller, Get, HttpCode, Inject, UseFilters } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { WireError } from '@heddle/wire-cf';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { CloudFoundryErrors } from '../policies/cloud-foundry-errors';
import { probe } from './probe';

/** The probe of Cloud Foundry's platform: whether log and database answer. `/healthz` says more. */
@ApiTags('Cloud Foundry')
@Controller('health')
@UseFilters(CloudFoundryErrors)
export class ProbeController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @HttpCode(200)
  @ApiOperation({ summary: '200 and nothing else while log and database answer, else 500' })
  async answer(): Promise<void> {
    try {
      await probe(this.core);
    } catch (cause) {
      throw new WireError(500, 'check database failed', { cause });
    }
  }
}
