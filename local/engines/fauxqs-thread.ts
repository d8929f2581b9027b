import { channel } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { parentPort, workerData } from "node:worker_threads";
import { startFauxqs } from "fauxqs";
import type { FauxqsOptions } from "./fauxqs.ts";

const { folder, port } = workerData as FauxqsOptions;
refuseStrangers();
const server = await startFauxqs({ dataDir: folder, port, logger: false });
parentPort?.once("message", () => server.stop());
parentPort?.postMessage(server.port);

// it listens on every address of the machine
function refuseStrangers(): void {
	channel("net.server.socket").subscribe((message) => {
		const { socket } = message as { socket: Socket };
		const from = socket.remoteAddress ?? "";
		if (!/^(::ffff:)?127\.|^::1$/.test(from)) socket.destroy();
	});
}
