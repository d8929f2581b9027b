/** One HTTP answer of the provider's API, already read. */
export interface ApiAnswer {
	status: number;
	/** names in lower case */
	headers: Readonly<Record<string, string>>;
	json: unknown;
	/** the same as it was sent: only here do numbers have all their digits */
	text: string;
	/** when the request was sent: the poll's `observedAt` */
	sentAt: Date;
}

export interface Request {
	/** fills the `{…}` of the declared path, percent-encoded here */
	path?: Readonly<Record<string, string>>;
	query?: Readonly<Record<string, string>>;
	headers?: Readonly<Record<string, string>>;
	/** a JSON body; a POST without one sends an explicit empty body */
	json?: unknown;
	/** whose token to show, where the provider has tokens */
	as?: string;
	/** statuses beside 2xx that are answers rather than failures */
	accepts?: readonly number[];
}

/** Sends one of the poll's declared requests, within its budget; throws where no usable answer came. */
export type Call<Name extends string = string> = (
	name: Name,
	request?: Request,
) => Promise<ApiAnswer>;

/** How a provider's API is reached, and what of it may be asked. */
export interface ProviderApi<Settings = unknown, Name extends string = string> {
	/** the base address; undefined where nobody has set one and there is no default */
	url(settings: Settings): string | undefined;
	/** every request that can be sent, as "GET /path/{part}" below the base address; no other leaves */
	requests: Readonly<Record<Name, string>>;
	/** sent with every request: fixed proofs of who we are */
	headers?(settings: Settings): Readonly<Record<string, string>>;
	/** the settings without which nothing can be asked, `apiUrl` aside; none of them set: not configured */
	needs: readonly string[];
	/** statuses that mean wrong credentials; default 401 and 403 */
	deniedBy?: readonly number[];
}

export interface Token {
	access: string;
	expiresAt: Date;
	/** a refresh token that came with it */
	refresh?: string;
}

/** The provider refuses our credentials; names the settings to look at. */
export class WrongCredentials extends Error {
	override name = "WrongCredentials";
	readonly isWrongCredentials = true;
	readonly settings: readonly string[];
	constructor(settings: readonly string[]) {
		super(`The provider refuses what is set as ${settings.join(", ")}.`);
		this.settings = settings;
	}
}

/** Also of a provider from a folder of its own, which brings its own copy of the class. */
export function isWrongCredentials(error: unknown): error is WrongCredentials {
	return error instanceof Error && "isWrongCredentials" in error;
}
