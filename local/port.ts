import { createServer } from "node:net";

/** A port that was free a moment ago: the wanted one, if it was. */
export async function freePort(wanted = 0): Promise<number> {
	const server = createServer();
	const listening = new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(wanted, "127.0.0.1", resolve);
	});
	try {
		await listening;
	} catch (error) {
		if (wanted !== 0) return freePort();
		throw error;
	}
	const address = server.address();
	await new Promise((resolve) => server.close(resolve));
	if (address === null || typeof address === "string")
		throw new Error("The loopback gave no port.");
	return address.port;
}
