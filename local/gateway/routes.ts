/** A route of an HTTP API: "POST /hooks/finbox/{token}", "ANY /{proxy+}" or "$default". */
export interface Route<Target> {
	key: string;
	method: string;
	segments: readonly string[];
	target: Target;
}

export interface Matched<Target> {
	route: Route<Target>;
	pathParameters: Record<string, string>;
}

export function readRoute<Target>(key: string, target: Target): Route<Target> {
	if (key === "$default") return { key, method: "ANY", segments: [], target };
	const found = /^([A-Z]+) \/(.*)$/.exec(key);
	if (!found) throw new Error(`${key} is not the key of a route.`);
	const [, method = "", path = ""] = found;
	return { key, method, segments: path.split("/"), target };
}

/** The most specific route for a decoded path, as the gateway chooses it: literals before placeholders before `{proxy+}`. */
export function matchRoute<Target>(
	routes: readonly Route<Target>[],
	method: string,
	path: string,
): Matched<Target> | undefined {
	const segments = path.slice(1).split("/");
	const matches = routes.flatMap((route) => {
		if (route.method !== "ANY" && route.method !== method) return [];
		const pathParameters =
			route.key === "$default" ? {} : placeholders(route.segments, segments);
		return pathParameters ? [{ route, pathParameters }] : [];
	});
	return matches.sort((one, other) =>
		rank(one.route) < rank(other.route) ? -1 : 1,
	)[0];
}

function placeholders(
	pattern: readonly string[],
	segments: readonly string[],
): Record<string, string> | undefined {
	const parameters: Record<string, string> = {};
	for (const [index, part] of pattern.entries()) {
		const name = /^\{(\w+)(\+?)\}$/.exec(part);
		const segment = segments[index];
		if (segment === undefined) return undefined;
		if (name?.[1] && name[2]) {
			parameters[name[1]] = segments.slice(index).join("/");
			return parameters;
		}
		if (name?.[1] && segment !== "") parameters[name[1]] = segment;
		else if (part !== segment) return undefined;
	}
	return pattern.length === segments.length ? parameters : undefined;
}

// digits sort as the gateway prefers, segment by segment, the method last
function rank({ key, method, segments }: Route<unknown>): string {
	const parts = segments.map((part) => {
		if (part.endsWith("+}")) return "2";
		return part.startsWith("{") ? "1" : "0";
	});
	return `${key === "$default" ? 1 : 0}${parts.join("")}${method === "ANY" ? 1 : 0}`;
}
