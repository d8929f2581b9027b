import { basename, join } from "node:path";
import { credentials, region } from "./engines/region.ts";
import type { InstalledProvider } from "./installed.ts";
import { pollPath } from "./polls.ts";
import { type SettingsFile, tokenOf } from "./settings-files.ts";

export interface LocalProvider {
	webhook: string;
	/** where `webhook` alone is no address: those for each event, by what stands behind it */
	webhooks?: Record<string, string>;
	queueUrl: string;
	deadLetterQueueUrl?: string;
	inbox: string;
	watches?: string;
	/** POST fires the poll's schedule and answers what the run did */
	poll?: string;
	/** the file that stands for its webhook secret */
	settings: string;
	/** the file that stands for its api secret, where it is polled */
	credentials?: string;
	/** of its built-in simulator: GET <address>/_control says what can happen there */
	simulator?: string;
}

/** What local.json says. */
export interface Addresses {
	api: string;
	region: string;
	credentials: { accessKeyId: string; secretAccessKey: string };
	endpoints: {
		dynamodb: string;
		sqs: string;
		s3: string;
		secretsmanager: string;
		lambda: string;
	};
	/** the folder of the functions' log lines, in files whose names sort by time */
	log: string;
	/** with which log lines hash subjects */
	subjectKey: string;
	providers: Record<string, LocalProvider>;
	/** what the SSM parameters of a deployed installation say, by their names: the command line reads it */
	parameters: Record<string, unknown>;
}

export interface AddressesOptions {
	api: string;
	endpoints: Addresses["endpoints"];
	installed: readonly InstalledProvider[];
	parameters: Addresses["parameters"];
	files: readonly SettingsFile[];
	/** their addresses, by provider */
	simulators?: Readonly<Record<string, string>>;
	/** the data folder as a person knows it */
	data: string;
	subjectKey: string;
}

export function addressesOf(options: AddressesOptions): Addresses {
	const { api, endpoints, installed, parameters, data, subjectKey } = options;
	return {
		api,
		region,
		credentials,
		endpoints,
		log: join(data, "log"),
		subjectKey,
		providers: Object.fromEntries(
			installed.map((own) => [own.provider, providerOf(own, options)]),
		),
		parameters,
	};
}

function providerOf(
	own: InstalledProvider,
	{ api: url, files, simulators = {}, data }: AddressesOptions,
): LocalProvider {
	const fileOf = (kind: SettingsFile["holds"]) =>
		files.find(
			({ provider, holds }) => provider === own.provider && holds === kind,
		);
	const file = fileOf("webhook");
	if (!file)
		throw new Error(`The template has no webhook secret of ${own.provider}.`);
	const api = fileOf("api");
	const shown = (path: string) => join(data, "secrets", basename(path));
	const [beforeToken = ""] = own.path.split("{token}");
	const webhook = `${url}${beforeToken}${tokenOf(file)}`;
	return {
		webhook,
		webhooks:
			own.paths &&
			Object.fromEntries(own.paths.map((path) => [path, `${webhook}/${path}`])),
		queueUrl: own.queueUrl,
		deadLetterQueueUrl: own.deadLetterQueueUrl,
		inbox: own.inbox,
		watches: own.watches,
		poll: own.schedule && `${url}${pollPath}${own.provider}`,
		settings: shown(file.file),
		credentials: api && shown(api.file),
		simulator: simulators[own.provider],
	};
}
