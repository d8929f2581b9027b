/** One HTTP request to a provider's URL, as sent. */
export interface Delivery {
	method: string;
	token: string;
	/** the segments behind the token, by name */
	path: Readonly<Record<string, string>>;
	query: Readonly<Record<string, string>>;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	bytes: Uint8Array;
	receivedAt: Date;
	/** made at its reception, never the sender's own */
	traceparent: string;
}
