import { parseArgs } from "node:util";
import { Trouble } from "./trouble.ts";
import { readUrls, type WebhookUrl } from "./urls.ts";

const help = `billhook: tools for a running installation

Usage
  billhook urls [--stage <stage>] [--region <region>] [--json]

Commands
  urls               the webhook URLs to give to the providers. Each holds a secret
                     token: whoever knows it can send. A provider whose bodies do not
                     say which event they are has one URL for each event.

Options
  --stage <stage>    the installation's stage; "prod" unless said otherwise
  --region <region>  the installation's region; AWS_REGION unless said otherwise
  --json             an array of { provider, event, url }, for programs
  --help             this text

Credentials and region are found where the AWS CLI finds them, AWS_PROFILE included.
`;

async function main(): Promise<void> {
	const { values, positionals } = readArguments();
	const command = positionals.join(" ");
	if (values.help) return console.log(help);
	if (command !== "urls")
		throw new Trouble(
			command
				? `There is no command "${command}"; billhook --help names them.`
				: "Which command? billhook --help names them.",
		);
	const { stage = "prod", region, json } = values;
	const urls = await readUrls({ stage, region });
	console.log(json ? JSON.stringify(urls, null, 2) : columns(urls));
}

function readArguments() {
	const text = { type: "string" } as const;
	const flag = { type: "boolean" } as const;
	try {
		return parseArgs({
			allowPositionals: true,
			options: {
				stage: text,
				region: text,
				json: flag,
				help: { ...flag, short: "h" },
			},
		});
	} catch (error) {
		throw new Trouble(
			`${(error as Error).message.split(". ")[0]}. billhook --help names the options.`,
		);
	}
}

function columns(urls: readonly WebhookUrl[]): string {
	const rows = urls.map(({ provider, event = "", url }) => ({
		provider,
		event,
		url,
	}));
	const width = (column: "provider" | "event") =>
		Math.max(...rows.map((row) => row[column].length));
	return rows
		.map(({ provider, event, url }) =>
			[
				provider.padEnd(width("provider")),
				event.padEnd(width("event")),
				url,
			].join("  "),
		)
		.join("\n");
}

main().catch((error: unknown) => {
	console.error(error instanceof Trouble ? error.message : error);
	process.exitCode = 1;
});
