import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { paginateGetParametersByPath } from "@aws-sdk/client-ssm";
import * as z from "zod";
import { Installed, parameterPath } from "../../functions/installed.ts";
import { defineOptions, type Values } from "../command/command.ts";
import { asTrouble, Trouble } from "../trouble.ts";
import { openClients } from "./clients.ts";
import type { Installation } from "./installation.ts";

export const installationOptions = defineOptions({
	stage: {
		type: "string",
		value: "<stage>",
		says: "what is deployed under this stage; unless said, the local cloud where it runs, else prod",
	},
	region: {
		type: "string",
		value: "<region>",
		says: "the region it is deployed in; AWS_REGION, or the profile's, unless said",
	},
});

/** What of the local cloud's local.json is needed here. */
const Local = z.object({
	api: z.string(),
	region: z.string(),
	credentials: z.object({
		accessKeyId: z.string(),
		secretAccessKey: z.string(),
	}),
	endpoints: z.record(z.string(), z.string()),
	/** what the SSM parameters of a deployed installation say, by their names */
	parameters: z.record(z.string(), z.unknown()),
});

type Environment = Readonly<Record<string, string | undefined>>;

/** The installation that is meant: the local cloud where it runs and no stage is named, else what is deployed. */
export async function findInstallation(
	{ stage, region }: Values<typeof installationOptions>,
	environment: Environment,
): Promise<Installation> {
	const folder = environment.BILLHOOK_DATA || ".billhook";
	const file = join(folder, "local.json");
	const isNamed = stage !== undefined || region !== undefined;
	if (!isNamed && existsSync(file)) return openLocal(folder, file);
	if (!isNamed && environment.BILLHOOK_DATA)
		throw new Trouble(
			`No local cloud runs in BILLHOOK_DATA (${folder}). npm start runs it; --stage asks what is deployed.`,
		);
	return openDeployed(stage ?? "prod", region);
}

async function openLocal(folder: string, file: string): Promise<Installation> {
	const local = readLocal(file);
	await fetch(local.api, { method: "HEAD" }).catch(() => {
		throw new Trouble(
			`The local cloud of ${folder} does not answer at ${local.api}. npm start runs it; --stage asks what is deployed.`,
		);
	});
	const parameters = Object.entries(local.parameters);
	const providers = new Map(
		parameters.map(([name, value]) => [
			name.slice(name.lastIndexOf("/") + 1),
			read(name, value),
		]),
	);
	const [[name = ""] = []] = parameters;
	return {
		stage: name.split("/")[2] ?? "local",
		called: `the local cloud of ${folder}`,
		folder,
		providers,
		clients: openClients(local),
	};
}

function readLocal(file: string) {
	try {
		return Local.parse(JSON.parse(readFileSync(file, "utf8")));
	} catch (error) {
		throw new Trouble(
			`${file} is not what this version of Billhook writes: start the local cloud anew (npm start).`,
			{ cause: error },
		);
	}
}

async function openDeployed(
	stage: string,
	region: string | undefined,
): Promise<Installation> {
	const clients = openClients({ region });
	const client = clients.ssm();
	const path = parameterPath(stage);
	const providers = new Map<string, Installed>();
	try {
		const pages = paginateGetParametersByPath({ client }, { Path: path });
		for await (const { Parameters = [] } of pages)
			for (const { Name = "", Value = "" } of Parameters)
				providers.set(
					Name.slice(path.length + 1),
					read(Name, () => JSON.parse(Value)),
				);
	} catch (error) {
		throw asTrouble(error, `read the parameters below ${path}`);
	}
	if (providers.size === 0)
		throw new Trouble(
			`There is no installation of stage ${stage} here. Deploy it (npx cdk deploy), or say which one with --stage and --region.`,
		);
	const called = `stage ${stage} in ${await client.config.region()}`;
	return { stage, called, providers, clients };
}

function read(name: string, value: unknown): Installed {
	try {
		return Installed.parse(typeof value === "function" ? value() : value);
	} catch (error) {
		throw new Trouble(
			`The parameter ${name} is not what this version of Billhook writes. Use the version that was deployed, or deploy this one.`,
			{ cause: error },
		);
	}
}
