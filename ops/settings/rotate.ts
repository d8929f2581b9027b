import { defineCommand } from "../command/command.ts";
import { askConsent, yesOption } from "../command/consent.ts";
import { findInstallation, installationOptions } from "../installation/find.ts";
import { only } from "../installation/installation.ts";
import { urlsWith } from "../installation/settings.ts";
import { Misuse } from "../trouble.ts";
import { newToken, readSecrets, theOne, writeSecret } from "./secrets.ts";

export default defineCommand({
	name: "token rotate",
	summary: "gives a provider's URL a new token, and later ends the old one",
	description: `First the new token is good beside the old one, and the new URL is printed: give it to the provider. Once its
deliveries come there, --finish ends the old one; whoever still sends there is then refused.`,
	arguments: [{ name: "<provider>", says: "whose" }],
	options: {
		...installationOptions,
		finish: { type: "boolean", says: "end the old token" },
		...yesOption,
	},
	examples: [
		["token rotate acme --yes", "a new token beside the old one"],
		["token rotate acme --finish --yes", "the new one alone"],
	],
	async run({ values, words: [name = ""], terminal, environment }) {
		const installation = await findInstallation(values, environment);
		const own = only(installation, name);
		const secret = theOne(await readSecrets(installation, name), "webhook");
		const { previousToken, ...rest } = secret.values;
		const { token } = rest;
		const isUnderWay = previousToken !== undefined;
		const { called } = installation;
		const ask = (what: string, samples: string[]) =>
			askConsent({ what, count: samples.length, samples }, values, terminal);
		if (values.finish) {
			if (!isUnderWay)
				throw new Misuse(`${name} has one token only: nothing is to be ended.`);
			ask(`The old token of ${name} in ${called} ends`, [
				"whoever still sends to the old URL is refused with 404",
			]);
			await writeSecret(installation, { arn: secret.arn, values: rest });
			terminal.note("Ended, for all functions within five minutes.");
			return "done";
		}
		if (isUnderWay)
			throw new Misuse(
				`${name} has two tokens already: end the old one with --finish first.`,
			);
		ask(`The URL of ${name} in ${called} gets a new token`, [
			"the old one stays good until token rotate --finish",
		]);
		const fresh = newToken();
		await writeSecret(installation, {
			arn: secret.arn,
			values: { ...rest, token: fresh, previousToken: token },
		});
		for (const { url } of urlsWith(name, own, fresh)) terminal.print(url);
		terminal.note(
			`Give it to ${name}. Both are good until billhook token rotate ${name} --finish.`,
		);
		return "done";
	},
});
