export * from './lease-request';
export { publishRenewal, publishTick, readRenewals, type Renewal, type RenewalMessage } from './renewals';
export { hearBeats, readReports, type Report, type ReportRange } from './report-reader';
export { ReportSender } from './report-sender';
export { SILENT_AFTER_MS, type Beat, type ContainersReport, type Receipt, type ReportedContainer } from './reports';
export {
  documentOfDefaults,
  documentOfSpace,
  spaceDocument,
  spaceDocumentsAfter,
  type SpaceDocument,
} from './space-documents';
export { appsTouchedBy, documentOfApp, documentOfLease } from './state-documents';
export { StatePublisher, type StateUpdate } from './state-publisher';
export { StateWatch, type StateListener } from './state-watch';
export { ensureCellStreams, ensureRenewalStream, UnfitServer } from './streams';
export { leaseSubject } from './subjects';
