/** A time as the Firestore SDK gives it; named here, so that no page imports the SDK for a type. */
export interface Timestamp {
  toDate(): Date;
  toMillis(): number;
}

export const isTimestamp = (value: unknown): value is Timestamp =>
  typeof value === "object" && value !== null && typeof (value as Timestamp).toDate === "function";
