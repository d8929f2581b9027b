import { App } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import { usualProviders } from "../../functions/providers.ts";
import { BillhookStack } from "../../infra/stack.ts";
import { configFor } from "../support/installation.ts";
import { ofType, propertiesOf, say, templateOf } from "../support/template.ts";

const prod = templateOf(new BillhookStack(new App(), configFor()));
const dev = templateOf(new BillhookStack(new App(), configFor("dev")));
const names = usualProviders.map(({ name }) => name);
const polled = usualProviders
	.filter(({ poll }) => poll)
	.map(({ name }) => name);
const properties = (name: string) => propertiesOf(prod, name);
const secrets = ofType(prod, "AWS::SecretsManager::Secret");

const tags = (provider: string, secret: string) => [
	{ Key: "billhook:provider", Value: provider },
	{ Key: "billhook:secret", Value: secret },
	{ Key: "billhook:stage", Value: "prod" },
];

describe("a secret", () => {
	// a changed id makes a new secret: another token, and nobody's credentials
	test("stays where it is through an upgrade", () => {
		const pinned = [
			"BillhookcaminvoiceApiSecret2D4F921F",
			"BillhookcaminvoiceWebhookSecret63659CA1",
			"BillhookdealposApiSecretDDB0A3A3",
			"BillhookdealposWebhookSecretE9F0A077",
			"BillhookfinboxApiSecret73F53251",
			"BillhookfinboxWebhookSecretBE2D7C6A",
			"BillhookmarosaApiSecret3A6A0917",
			"BillhookmarosaWebhookSecret34E3750A",
			"BillhookphotonApiSecret1D6B9BDB",
			"BillhookphotonWebhookSecretB175D9DE",
		];
		// a provider of one's own brings others
		expect(secrets.map(([id]) => id)).toEqual(expect.arrayContaining(pinned));
	});

	// whatever of it changes, CloudFormation writes anew, over what a person has set
	test.each(names)(
		"of %s's webhook is generated once, and all it says is frozen",
		(name) => {
			expect(properties(`${name}WebhookSecret`)).toEqual({
				Description: `Billhook prod: ${name}'s token, which is part of its URL, and the proofs you add`,
				GenerateSecretString: {
					SecretStringTemplate: "{}",
					GenerateStringKey: "token",
					PasswordLength: 43,
					ExcludePunctuation: true,
				},
				Tags: tags(name, "webhook"),
			});
		},
	);

	test.each(polled)(
		"of %s's API is an empty object once, and all it says is frozen",
		(name) => {
			expect(properties(`${name}ApiSecret`)).toEqual({
				Description: `Billhook prod: the credentials you add for ${name}'s API, which is asked for what its webhooks failed to bring`,
				SecretString: "{}",
				Tags: tags(name, "api"),
			});
		},
	);

	test("is kept when its provider goes, without a name that its next would need", () => {
		expect(secrets).toHaveLength(names.length + polled.length);
		for (const [
			,
			{ DeletionPolicy, UpdateReplacePolicy, Properties },
		] of secrets) {
			expect(DeletionPolicy).toMatch(/^Retain/);
			expect(UpdateReplacePolicy).toBe("Retain");
			expect(Properties.Name).toBeUndefined();
		}
		for (const [, secret] of ofType(dev, "AWS::SecretsManager::Secret"))
			expect(secret.DeletionPolicy).toBe("Delete");
	});

	test.each(names)(
		"of %s is named to the one function that reads it",
		(name) => {
			const secretOf = (fn: string) =>
				properties(fn).Environment.Variables.BILLHOOK_SECRET;
			expect(say(secretOf(`${name}Webhook`))).toBe(`${name}WebhookSecret`);
			if (polled.includes(name))
				expect(say(secretOf(`${name}Poll`))).toBe(`${name}ApiSecret`);
		},
	);
});
