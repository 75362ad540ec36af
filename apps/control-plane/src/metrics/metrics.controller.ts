import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Registry } from 'prom-client';
import type { Response } from 'express';

/** Under this token the registry of figures is given. */
export const REGISTRY = Symbol('metrics registry');

/** Figures for Prometheus. */
@ApiTags('Operation')
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(REGISTRY) private readonly registry: Registry) {}

  @Get()
  @ApiOperation({ summary: 'Figures in the text format of Prometheus' })
  async metrics(@Res() response: Response): Promise<void> {
    response.type(this.registry.contentType).send(await this.registry.metrics());
  }
}
