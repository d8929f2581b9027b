/** What of a request a proof is judged by, as it came. */
export interface Shown {
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	bytes: Uint8Array;
	receivedAt: Date;
}
