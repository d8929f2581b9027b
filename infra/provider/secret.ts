import { RemovalPolicy, Validations } from "aws-cdk-lib";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";

/** A provider's settings: a generated token, and whatever a person adds beside it. */
export function openSecret(
	scope: Construct,
	id: string,
	options: { name: string; provider: string },
): Secret {
	const secret = new Secret(scope, id, {
		secretName: options.name,
		description: `Billhook: token and settings of ${options.provider}. Add fields; "token" is part of the webhook's URL.`,
		// frozen: CloudFormation generates anew when any of it changes, over whatever a person has set
		generateSecretString: {
			secretStringTemplate: "{}",
			generateStringKey: "token",
			passwordLength: 43,
			excludePunctuation: true,
		},
		// its name is fixed, so a retained one would block the provider's return
		removalPolicy: RemovalPolicy.DESTROY,
	});
	Validations.of(secret).acknowledge({
		id: "AwsSolutions-SMG4",
		reason:
			"The token is part of a URL that a person gives to the provider: rotating it unasked would cut the provider off. Rotation is by hand, with two tokens valid at once.",
	});
	return secret;
}
