/* A file of its own, so that it is loaded with the log and all that this takes by those only who have a bundle to check. */
export { verifyBundle } from '@heddle/event-log';
