/** A bench counts verdicts and not seconds: on a machine at work a photograph may take longer than an operator would wait. */
export const PATIENCE_MS = 600_000
