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

/** The address below a base that a path and its query make; throws where it would be another one. */
export function urlOf(
	base: string,
	path: string,
	query: Readonly<Record<string, string>>,
): URL {
	if (!URL.canParse(base)) throw new UnfitAddress("apiUrl is not an address");
	const url = new URL(base);
	const local = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
	if (url.protocol !== "https:" && !(url.protocol === "http:" && local))
		throw new UnfitAddress("apiUrl must begin with https://");
	if (url.username || url.password || url.search || url.hash)
		throw new UnfitAddress("apiUrl must be an address without anything around");
	const pathname = url.pathname.replace(/\/$/, "") + path;
	url.pathname = pathname;
	if (url.pathname !== pathname)
		throw new UnfitAddress("the path would be another one than declared");
	for (const [name, value] of Object.entries(query))
		url.searchParams.append(name, value);
	return url;
}

/** An address that must not be asked; the message never quotes it. */
export class UnfitAddress extends Error {
	override name = "UnfitAddress";
}
