import type {
	Connect,
	GivenUrl,
	Registration,
} from "../../functions/provider.ts";
import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { loadDeclaration, loadPart } from "../installation/declared.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { readSettings, readToken, urlsWith } from "../installation/settings.ts";
import { Misuse, Trouble } from "../trouble.ts";

const timeoutMs = 30_000;
const loopback = /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/;

export default defineCommand({
	name: "connect",
	summary: "tells a provider where its webhooks go, or says how a person does",
	description: `Where the vendor has an API for it, what would be sent is shown first, the token and credentials aside, and
--yes sends it: it replaces what was registered before. Elsewhere the steps are printed.`,
	arguments: [{ name: "<provider>", says: "whose" }],
	options: { ...installationOptions, ...yesOption },
	examples: [
		["connect acme", "what would be registered, or what is to be done by hand"],
		["connect acme --yes", "registers it"],
	],
	async run({ values, words: [name = ""], terminal, environment, signal }) {
		const installation = await findInstallation(values, environment);
		const own = only(installation, name);
		const declared = await loadDeclaration(name);
		const connect = await loadPart<Connect>(name, "connect");
		const token = await readToken(installation, own.secrets.webhook);
		const urls: GivenUrl[] = urlsWith(name, own, token);
		const sayHow = () => {
			for (const step of connect?.steps ?? [`See ${declared.documentation}.`])
				terminal.print(`- ${step}`);
		};
		if (!connect?.registrations || !declared.poll) {
			for (const { url, event } of urls)
				terminal.print(event ? `${event}  ${url}` : url);
			terminal.print("");
			terminal.print("The vendor has no published API for it; by hand:");
			sayHow();
			return "done";
		}
		const { api } = own.secrets;
		const settings = api ? await readSettings(installation, api) : {};
		const { needs, url } = declared.poll;
		// what one of a registration's members needs is not asked for here
		const missing = needs.filter(
			(field) => settings[field] === undefined && field !== "members",
		);
		const base = url(settings);
		if (base === undefined) missing.push("apiUrl");
		if (missing.length > 0 || base === undefined)
			throw new Trouble(
				`${name}'s API cannot be asked without ${missing.join(", ")}: billhook settings set ${name} ${missing.map((field) => `${field}=…`).join(" ")}`,
			);
		if (installation.folder && !loopback.test(base))
			throw new Misuse(
				`The URLs of the local cloud are this machine's alone, and ${name}'s API is another's: nothing is registered there.`,
			);
		const registrations = connect.registrations(urls, settings);
		askConsent(
			{
				what: `${name}, for ${installation.called}, is told`,
				count: registrations.length,
				samples: registrations.map((one) => describe(one, base, token)),
			},
			values,
			terminal,
		);
		for (const one of registrations) {
			if (signal.aborted) return "trouble";
			await register(one, base, name);
			terminal.print(`registered  ${one.says}`);
		}
		sayHow();
		return "done";
	},
});

/** Without the headers, which hold the credentials, and without the token. */
function describe(
	{ says, method, path, json }: Registration,
	base: string,
	token: string,
): string {
	const shown = JSON.stringify(json).replaceAll(token, "<token>");
	return `${says}: ${method} ${base}${path} ${shown}`;
}

async function register(
	{ method, path, headers, json, says }: Registration,
	base: string,
	name: string,
): Promise<void> {
	let status: number;
	try {
		const response = await fetch(base + path, {
			method,
			headers: { ...headers, "content-type": "application/json" },
			body: JSON.stringify(json),
			// a redirect would take the credentials elsewhere
			redirect: "manual",
			signal: AbortSignal.timeout(timeoutMs),
		});
		await response.arrayBuffer();
		({ status } = response);
	} catch {
		throw new Trouble(`${name}'s API does not answer at ${base}.`);
	}
	if (status < 200 || status > 299)
		throw new Trouble(
			`${name} answered ${status}: it was not told ${says}.${status === 401 || status === 403 ? " Look at the credentials in its api secret." : ""}`,
		);
}
