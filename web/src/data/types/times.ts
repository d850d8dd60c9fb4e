/** A time as the Firestore SDK gives it; named here, so that no page imports the SDK for a type. */
export interface Timestamp {
  toDate(): Date;
  toMillis(): number;
}
