import { FatalError } from '@heddle/platform';

/** This machine lacks something the dataplane cannot do without. The message says what, and what to do. */
export class DataplaneUnavailable extends FatalError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataplaneUnavailable';
  }
}
