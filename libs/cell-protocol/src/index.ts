export { listDrift, type DriftFilter } from './drift-list';
export * from './lease-request';
export { publishRenewal, publishTick, readRenewals, type Renewal, type RenewalMessage } from './renewals';
export {
  hearBeats,
  keptReports,
  readReports,
  readReportsBetween,
  type KeptReports,
  type Report,
  type ReportPlace,
  type ReportRange,
} from './report-reader';
export { ReportSender } from './report-sender';
export {
  cellSettings,
  SILENT_AFTER_MS,
  type Beat,
  type CellAlarm,
  type CellSettings,
  type ContainersReport,
  type DriftReport,
  type Receipt,
  type ReportedLocal,
} from './reports';
export { spaceDocument, spaceDocumentOf, spacesTouchedBy } from './space-documents';
export {
  appDocument,
  appsTouchedBy,
  appsTouchedInSteps,
  documentInSteps,
  documentOfApp,
  documentOfLease,
  leaseDocument,
} from './state-documents';
export type { DocumentOwner } from './document-owner';
export { StatePublisher, type StateUpdate } from './state-publisher';
export type { RebuildProgress } from './state-rebuild';
export { StateWatch, type StateListener } from './state-watch';
export { ensureCellStreams, ensureRenewalStream, UnfitServer } from './streams';
export { leaseSubject, stateSubject } from './subjects';
export type { ChangedDocument } from './unpublished-documents';
