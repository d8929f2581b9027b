/** A subject the provider must be asked about until it is finished. */
export interface WatchRequest {
	subject: string;
	/** one of the poll's kinds of watch; absent, its first */
	kind?: string;
	reference?: string;
}

/** A request that cannot become a watch; names the field. */
export class UnfitWatch extends Error {
	override name = "UnfitWatch";
	readonly field: string;
	constructor(field: string, message: string) {
		super(message);
		this.field = field;
	}
}
