import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { CellAlarm } from '@heddle/cell-protocol';
import { cellFacts, changesMissingOn, type Lease, type PlacedContainer } from '@heddle/domain';
import { ADMIN_SCOPE, AUDIT_SCOPE } from '../access/access-control';
import { CORE } from '../core-token';
import type { Core } from '../core/core';
import { AllowScopes, BearerGuard } from '../http/authentication';

/** So many changes are named that a cell has still to put in force: with thousands of cells that start together it is missing thousands. */
const MOST_NAMED = 1_000;

/** A cell as operators see it. */
export interface CellView {
  readonly cell: string;
  readonly state: 'live' | 'silent';
  readonly lastSeenAt: string | null;
  readonly enforcedUpTo: number;
  /** Changes that concern the cell and that it has not said it enforces; the oldest of them, where they are many. */
  readonly waitingFor: readonly number[];
  /** Age of the oldest of them. */
  readonly lagMs: number;
  /** What the cell says is wrong with it as a whole. */
  readonly alarms: readonly CellAlarm[];
  readonly lease: Omit<Lease, 'cell'> | null;
  readonly containers: readonly PlacedContainer[];
}

/** The cells, and how far each is behind. */
@ApiTags('Cells')
@ApiBearerAuth()
@Controller('api/v1/cells')
@UseGuards(BearerGuard)
@AllowScopes(ADMIN_SCOPE, AUDIT_SCOPE)
export class CellsController {
  constructor(@Inject(CORE) private readonly core: Core) {}

  @Get()
  @ApiOperation({ summary: 'List cells with their leases, containers and lag' })
  list(): { cells: CellView[] } {
    const { enforcement, leases, liveness } = this.core;
    const known = [...enforcement.state.cells.entries(), ...leases.state.byCell.entries()].map(([cell]) => cell);
    const names = new Set([...known, ...liveness.alarmed]);
    return { cells: [...names].sort().map((cell) => this.view(cell)) };
  }

  private view(cell: string): CellView {
    const { enforcement, leases, liveness } = this.core;
    const facts = cellFacts(enforcement.state, cell);
    const waitingFor = changesMissingOn(enforcement.state, cell, MOST_NAMED);
    const lastSeenMs = liveness.lastSeenMs(cell);
    const lease = leases.state.byCell.get(cell);
    return {
      cell,
      state: liveness.isLive(cell) ? 'live' : 'silent',
      lastSeenAt: lastSeenMs === null ? null : new Date(lastSeenMs).toISOString(),
      enforcedUpTo: facts.enforcedUpTo,
      waitingFor,
      lagMs: this.ageMs(waitingFor[0]),
      alarms: liveness.alarmsOf(cell),
      lease: lease
        ? {
            underlayAddress: lease.underlayAddress,
            overlaySubnet: lease.overlaySubnet,
            overlayHardwareAddress: lease.overlayHardwareAddress,
          }
        : null,
      containers: facts.containers,
    };
  }

  private ageMs(seq: number | undefined): number {
    const change = this.core.enforcement.state.changes.get(String(seq));
    return change ? Math.max(0, Date.now() - change.committedAtMs) : 0;
  }
}
