import { randomInt } from "node:crypto";
import { createServer } from "node:net";

// below the ports that systems give to outgoing connections and to servers that take any,
// so that nobody is given ours before its server listens
const [lowest, highest] = [10_000, 32_000];
const attempts = 100;

/** A port that was free a moment ago: the wanted one, if it was. */
export async function freePort(wanted = 0): Promise<number> {
	if (wanted !== 0 && (await isFree(wanted))) return wanted;
	for (let attempt = 0; attempt < attempts; attempt++) {
		const port = randomInt(lowest, highest);
		if (await isFree(port)) return port;
	}
	throw new Error(`No port is free between ${lowest} and ${highest}.`);
}

function isFree(port: number): Promise<boolean> {
	const server = createServer();
	return new Promise((resolve) => {
		server.once("error", () => resolve(false));
		server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
	});
}

/** The port of an address that was in use before. */
export function portOf(address: string | undefined): number | undefined {
	return address ? Number(new URL(address).port) : undefined;
}
