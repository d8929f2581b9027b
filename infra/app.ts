import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { configFor } from "./config.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { readContext, withProviders } from "./context.ts";
import { BillhookStack } from "./stack.ts";

const app = new App();
try {
	const { stage, providers } = readContext(app.node);
	new BillhookStack(app, withProviders(configFor(stage), providers));
} catch (error) {
	if (!(error instanceof ConfigurationError)) throw error;
	console.error(error.message);
	process.exit(1);
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
