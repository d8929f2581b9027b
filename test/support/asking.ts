/** A clock that a test moves. */
export function clockAt(start: string) {
	let now = new Date(start);
	return {
		clock: () => now,
		pass(seconds: number) {
			now = new Date(now.getTime() + seconds * 1000);
		},
	};
}

export const get = async (
	url: string,
	headers: Record<string, string>,
	init = {},
) => {
	const response = await fetch(url, { headers, redirect: "manual", ...init });
	const body = await response.text();
	return {
		status: response.status,
		headers: response.headers,
		json: body === "" ? undefined : JSON.parse(body),
	};
};
export const post = (
	url: string,
	headers: Record<string, string>,
	body: object | string = "",
) =>
	get(url, headers, {
		method: "POST",
		body: typeof body === "string" ? body : JSON.stringify(body),
	});
