/** Posts a delivery as a provider does: what is answered 503, as a busy machine may, is sent again. */
export async function send(
	url: string,
	body: unknown,
	headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
	for (;;) {
		const response = await fetch(url, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify(body),
		});
		if (response.status !== 503) return response;
		await response.arrayBuffer();
	}
}
