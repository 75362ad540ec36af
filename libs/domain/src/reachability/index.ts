export { stoodAt, type PolicySpan } from './policy-span';
