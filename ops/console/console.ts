import { once } from "node:events";
import { defineCommand } from "../command/command.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { Misuse } from "../trouble.ts";
import { openPage } from "./open.ts";

export default defineCommand({
	name: "console",
	summary: "a page that shows the installation, for this machine's browser",
	description:
		"It is served from this machine, to this machine alone, with the credentials of whoever runs this. Its address holds a token that is new each time: whoever has the address may look and act. It loads nothing from anywhere else. Ctrl-C ends it.",
	options: {
		...installationOptions,
		port: {
			type: "string",
			value: "<port>",
			says: "the port it listens on; any free one unless said",
		},
	},
	examples: [
		["console", "of the local cloud where it runs, else of stage prod"],
		["console --stage dev --port 4000", "of what is deployed as dev"],
	],
	async run({ values, terminal, environment, signal }) {
		const port = readPort(values.port);
		const installation = await findInstallation(values, environment);
		await using page = await openPage(installation, port);
		terminal.print(page.address);
		terminal.note(`It shows ${installation.called}; Ctrl-C ends it.`);
		if (!signal.aborted) await once(signal, "abort");
		return "done";
	},
});

function readPort(text: string | undefined): number {
	if (text === undefined) return 0;
	const port = Number(text);
	if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
	throw new Misuse(`--port is "${text}"; it takes a number from 0 to 65535.`);
}
