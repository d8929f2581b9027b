/** A request as the simulated API sees it; the path as it came, not decoded. */
export interface Asked {
	method: string;
	path: string;
	query: URLSearchParams;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	text: string;
	at: Date;
	/** what was answered; undefined: nothing, or not yet */
	status?: number;
}

export interface SimulatedAnswer {
	/** 200 unless told */
	status?: number;
	headers?: Readonly<Record<string, string>>;
	/** a string is sent as it is, anything else as JSON */
	body?: unknown;
}
