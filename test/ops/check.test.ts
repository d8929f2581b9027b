import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { openClients } from "../../ops/installation/clients.ts";
import type { Installation } from "../../ops/installation/installation.ts";
import { checkPolling, checkProofs } from "../../ops/story/check-settings.ts";
import { installed } from "../support/billhook.ts";
import { temporaryFolder } from "../support/local-app.ts";

test("who may only look sees a check, without the settings", async () => {
	using folder = temporaryFolder();
	const server = createServer((_, response) => {
		response.writeHead(400);
		response.end(JSON.stringify({ __type: "AccessDeniedException" }));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = server.address() as AddressInfo;
	const own = installed({ secrets: { webhook: "w", api: "a" } });
	const installation: Installation = {
		stage: "prod",
		called: "stage prod",
		folder: folder.path,
		providers: new Map([["tiny", own]]),
		clients: openClients({
			region: "us-east-1",
			credentials: { accessKeyId: "x", secretAccessKey: "y" },
			endpoints: { secretsmanager: `http://127.0.0.1:${port}` },
		}),
	};
	const hidden = {
		state: "off",
		says: "not looked at: these credentials may not read the secret",
	};
	const now = new Date();
	expect(await checkProofs(installation, "tiny", now)).toEqual(hidden);
	const { credentials } = await checkPolling(installation, "tiny", now);
	expect(credentials).toEqual(hidden);
	server.closeAllConnections();
	server.close();
});
