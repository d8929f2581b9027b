import { join } from "node:path";
import { credentials, region } from "./engines/region.ts";
import type { InstalledProvider } from "./installed.ts";
import { pollPath } from "./polls.ts";
import { type SettingsFile, tokenOf } from "./settings-files.ts";

export interface LocalProvider {
	webhook: string;
	queueUrl: string;
	deadLetterQueueUrl?: string;
	inbox: string;
	watches?: string;
	/** POST fires the poll's schedule and answers what the run did */
	poll?: string;
	settings: string;
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
	};
	providers: Record<string, LocalProvider>;
}

export interface AddressesOptions {
	api: string;
	endpoints: Addresses["endpoints"];
	installed: readonly InstalledProvider[];
	files: readonly SettingsFile[];
	/** the data folder as a person knows it */
	data: string;
}

export function addressesOf(options: AddressesOptions): Addresses {
	const { api, endpoints, installed } = options;
	return {
		api,
		region,
		credentials,
		endpoints,
		providers: Object.fromEntries(
			installed.map((own) => [own.provider, providerOf(own, options)]),
		),
	};
}

function providerOf(
	own: InstalledProvider,
	{ api, files, data }: AddressesOptions,
): LocalProvider {
	const file = files.find(({ secret }) => secret === own.secret);
	if (!file) throw new Error(`The template has no secret ${own.secret}.`);
	const [beforeToken = ""] = own.path.split("{token}");
	return {
		webhook: `${api}${beforeToken}${tokenOf(file)}`,
		queueUrl: own.queueUrl,
		deadLetterQueueUrl: own.deadLetterQueueUrl,
		inbox: own.inbox,
		watches: own.watches,
		poll: own.schedule && `${api}${pollPath}${own.provider}`,
		settings: join(data, "secrets", `${file.provider}.json`),
	};
}
