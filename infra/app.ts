import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { configFor } from "./config.ts";
import { BillhookStack } from "./stack.ts";

const app = new App();
new BillhookStack(app, configFor(app.node.tryGetContext("stage")));
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
