import type { HttpAnswer } from "./gateway/gateway-event.ts";

/** `/`, where a person looks first, leads to the console. */
export function homeAt(address: () => string | undefined) {
	return (path: string): Promise<HttpAnswer> | undefined => {
		const location = address();
		if (path !== "/" || location === undefined) return undefined;
		return Promise.resolve({
			status: 302,
			headers: { location, "cache-control": "no-store" },
			cookies: [],
			body: Buffer.alloc(0),
		});
	};
}
