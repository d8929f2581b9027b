/** A request as the HTTP client sends it. */
export interface Outgoing {
	method: string;
	url: URL;
	headers: Readonly<Record<string, string>>;
	/** absent, no body at all; empty, an explicit empty one */
	body?: string;
	timeoutMs: number;
	maxBytes: number;
}

/** Fills the `{…}` of a declared path; no value can leave its own segment. */
export function fillPath(
	template: string,
	parts: Readonly<Record<string, string>>,
): string {
	return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
		const part = parts[name];
		if (!part?.isWellFormed() || ["", ".", ".."].includes(part))
			throw new UnfitAddress(`"${name}" cannot stand in a path`);
		return encodeURIComponent(part);
	});
}

const thisMachine = ["127.0.0.1", "localhost", "[::1]"];

/** Whether credentials may be sent there: encrypted, or on this machine, and nothing around the address. */
export function isUsable(base: string): boolean {
	if (!URL.canParse(base)) return false;
	const { protocol, hostname, username, password, search, hash } = new URL(
		base,
	);
	const isPrivate =
		protocol === "https:" ||
		(protocol === "http:" && thisMachine.includes(hostname));
	return isPrivate && !(username || password || search || hash);
}

/** The address below a base that a path and its query make; throws where it would be another one. */
export function urlOf(
	base: string,
	path: string,
	query: Readonly<Record<string, string>>,
): URL {
	if (!isUsable(base)) throw new UnfitAddress("apiUrl cannot be asked");
	const url = new URL(base);
	const pathname = url.pathname.replace(/\/$/, "") + path;
	url.pathname = pathname;
	if (url.pathname !== pathname)
		throw new UnfitAddress("the path would be another one than declared");
	// not "+" for a space, which only forms are sure to read so
	if (!Object.values(query).every((value) => value.isWellFormed()))
		throw new UnfitAddress("a value cannot stand in a query");
	url.search = Object.entries(query)
		.map((pair) => pair.map(encodeURIComponent).join("="))
		.join("&");
	return url;
}

/** An address that must not be asked; the message never quotes it. */
export class UnfitAddress extends Error {
	override name = "UnfitAddress";
}
