import { z } from 'zod';
import { asOf } from './past-schemas';

const selector = z.object({
  is: z.enum(['one-of', 'none-of']),
  apps: z.array(z.string()),
  spaces: z.array(z.string()),
});
/** Some apps. */
export type Selector = z.infer<typeof selector>;

const statement = z.object({
  ...{ from: selector, to: selector, protocol: z.string().optional() },
  ports: z.object({ start: z.int(), end: z.int() }).optional(),
});
/** What shall never be. */
export type Statement = z.infer<typeof statement>;

/** A guardrail as changes and answers have it. */
export const guardrailSchema = statement.extend({
  ...{ name: z.string(), mode: z.enum(['refuse', 'warn']), reason: z.string().optional() },
});
export type Guardrail = z.infer<typeof guardrailSchema>;

const sequence = z.int().min(1);
const author = z.object({
  ...{ seq: sequence, time: z.iso.datetime({ offset: true }), actor: z.string(), reason: z.string().optional() },
});

/** Answer of the routes that list what is against a statement. */
export const violationPageSchema = z.object({
  ...{ since: asOf, until: asOf, next: z.string().nullable() },
  violations: z.array(
    z.object({
      ...{ source: z.string(), destination: z.string(), protocol: z.string(), start: z.int(), end: z.int() },
      ...{ certain: z.boolean(), since: author, until: author.nullable(), expires: z.string().optional() },
    }),
  ),
});
export type ViolationPage = z.infer<typeof violationPageSchema>;

/** Answer of `PUT /api/v1/guardrails/<name>`. */
export const guardrailSetSchema = z.object({
  ...{ change: sequence.nullable(), guardrail: guardrailSchema, standing: violationPageSchema },
});
export type GuardrailSet = z.infer<typeof guardrailSetSchema>;

/** Answer of `DELETE /api/v1/guardrails/<name>`. */
export const guardrailRemovedSchema = z.object({ change: sequence });

/** Answer of `GET /api/v1/guardrails`. */
export const guardrailListSchema = z.object({
  ...{ asOf, next: z.string().nullable() },
  guardrails: z.array(guardrailSchema.extend({ since: sequence })),
});
export type GuardrailList = z.infer<typeof guardrailListSchema>;
