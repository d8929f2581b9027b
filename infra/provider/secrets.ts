import {
	type RemovalPolicy,
	SecretValue,
	Tags,
	Validations,
} from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Secret, type SecretProps } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

export interface SecretOptions {
	stage: string;
	provider: string;
	removalPolicy: RemovalPolicy;
	encryptionKey?: IKey;
}

/** The token in a provider's URL and the proofs that it shows: all that the function which strangers reach can read. */
export function openWebhookSecret(
	scope: Construct,
	id: string,
	options: SecretOptions,
): Secret {
	const secret = open(scope, id, "webhook", options, {
		description: `Billhook ${options.stage}: ${options.provider}'s token, which is part of its URL, and the proofs you add`,
		// frozen: CloudFormation generates anew when any of it changes, over whatever a person has set
		generateSecretString: {
			secretStringTemplate: "{}",
			generateStringKey: "token",
			passwordLength: 43,
			excludePunctuation: true,
		},
	});
	Validations.of(secret).acknowledge({
		id: "AwsSolutions-SMG4",
		reason:
			"The token is part of a URL that a person gives to the provider: rotating it unasked would cut the provider off. Rotation is by hand, with two tokens valid at once.",
	});
	return secret;
}

/** The credentials with which a provider's API is polled: nobody's before a person sets them. */
export function openApiSecret(
	scope: Construct,
	id: string,
	options: SecretOptions,
): Secret {
	const secret = open(scope, id, "api", options, {
		description: `Billhook ${options.stage}: the credentials you add for ${options.provider}'s API, which is asked for what its webhooks failed to bring`,
		// frozen: CloudFormation writes it again when it changes, over whatever a person has set
		secretStringValue: SecretValue.unsafePlainText("{}"),
	});
	Validations.of(secret).acknowledge({
		id: "AwsSolutions-SMG4",
		reason:
			"The credentials are the vendor's, who alone can issue new ones: a person sets them here, and they count at the poll's next run.",
	});
	return secret;
}

// its name is generated: one that is kept is not in the way of the next, and is found by its tags
function open(
	scope: Construct,
	id: string,
	which: "webhook" | "api",
	{ stage, provider, removalPolicy, encryptionKey }: SecretOptions,
	props: SecretProps,
): Secret {
	const secret = new Secret(scope, id, {
		...props,
		encryptionKey,
		removalPolicy,
	});
	Tags.of(secret).add("billhook:stage", stage);
	Tags.of(secret).add("billhook:provider", provider);
	Tags.of(secret).add("billhook:secret", which);
	return secret;
}
