import { fail } from "node:assert/strict";
import * as z from "zod";
import type { Example, Provider } from "../functions/provider.ts";
import type { ContractCase } from "./case.ts";

/** What a person may set, and what is asked for because of it. */
export function settingsCases(
	provider: Provider,
	example: Example,
): ContractCase[] {
	return [
		{
			name: "needs no setting on a first deploy",
			async run() {
				const { error } = z.safeParse(provider.settings, {});
				if (!error) return;
				const names = error.issues.map(({ path }) => path.join("."));
				fail(
					`The settings ${names.join(", ")} are required, but on a first deploy nobody has set any: make them optional, or give them a default.`,
				);
			},
		},
		{
			name: "asks for no proof while nobody has configured one",
			async run() {
				const { data } = z.safeParse(provider.settings, {});
				if (data && provider.proofs(data).length > 0)
					fail(
						"proofs() asks for a proof under no settings at all, so that nobody gets in: return none for a secret that is not set, as equals() and hmac() do.",
					);
			},
		},
		{
			name: "has an example whose settings it can read",
			async run() {
				const { error } = z.safeParse(provider.settings, example.settings);
				if (error) fail(`The example's settings: ${z.prettifyError(error)}`);
			},
		},
		{
			name: "checks every secret that its settings declare",
			async run() {
				const names = Object.keys(provider.settings._zod.def.shape);
				const idle = names.filter((name) => !isChecked(name));
				if (idle.length > 0)
					fail(
						`The setting ${idle.join(", ")} changes no proof, so whoever sets it is protected by nothing: let proofs() use it, or remove it.`,
					);
			},
		},
	];

	/** Whether somebody who sets it is asked for something else than before. */
	function isChecked(name: string): boolean {
		const all = settingsWithAll();
		const { [name]: own, ...others } = all;
		if (own === undefined) return false;
		const asked = (settings: object) =>
			JSON.stringify(
				provider.proofs(z.parse(provider.settings, settings)),
				(_, value) => (value instanceof Uint8Array ? [...value] : value),
			);
		if (!z.safeParse(provider.settings, others).success) return true;
		return asked(all) !== asked(others);
	}

	/** Something for each setting: the example's own where its schema takes no other. */
	function settingsWithAll(): Record<string, unknown> {
		const all: Record<string, unknown> = { ...example.settings };
		for (const name of Object.keys(provider.settings._zod.def.shape)) {
			if (name in all) continue;
			const made = `made-for-${name}`;
			if (z.safeParse(provider.settings, { ...all, [name]: made }).success)
				all[name] = made;
		}
		return all;
	}
}
