import { expect, test } from "vitest";
import { openTemplate, type Template } from "../../local/template/template.ts";

const template: Template = {
	Parameters: { Colour: { Default: "green" }, Nothing: {} },
	Mappings: { Sizes: { small: { width: 3 } } },
	Conditions: {
		IsGreen: { "Fn::Equals": [{ Ref: "Colour" }, "green"] },
		IsRed: { "Fn::Equals": [{ Ref: "Colour" }, "red"] },
		IsNeither: {
			"Fn::Not": [
				{ "Fn::Or": [{ Condition: "IsGreen" }, { Condition: "IsRed" }] },
			],
		},
		IsBoth: { "Fn::And": [{ Condition: "IsGreen" }, { Condition: "IsRed" }] },
	},
	Resources: {
		Table: { Type: "AWS::DynamoDB::GlobalTable" },
		Absent: { Type: "AWS::SQS::Queue", Condition: "IsRed" },
	},
};

const open = openTemplate(template, {
	pseudo: { "AWS::Region": "us-east-1" },
	named: (logicalId) => ({
		ref: `the-${logicalId}`,
		attributes: { Arn: `arn:${logicalId}`, "Endpoint.Port": "8000" },
	}),
});

const hole = (name: string) => `$\{${name}}`;

test.each<[string, unknown, unknown]>([
	["a plain value", { a: [1, true, null, "x"] }, { a: [1, true, null, "x"] }],
	["Ref to a resource", { Ref: "Table" }, "the-Table"],
	["Ref to a parameter", { Ref: "Colour" }, "green"],
	["Ref to a pseudo parameter", { Ref: "AWS::Region" }, "us-east-1"],
	["Fn::GetAtt as a list", { "Fn::GetAtt": ["Table", "Arn"] }, "arn:Table"],
	["Fn::GetAtt as a text", { "Fn::GetAtt": "Table.Endpoint.Port" }, "8000"],
	[
		"Fn::Join",
		{ "Fn::Join": ["-", ["a", { Ref: "Table" }, 3]] },
		"a-the-Table-3",
	],
	[
		"Fn::Select and Fn::Split",
		{ "Fn::Select": [1, { "Fn::Split": [":", "a:b:c"] }] },
		"b",
	],
	["Fn::Select with a text for its index", { "Fn::Select": ["0", ["x"]] }, "x"],
	[
		"Fn::Sub",
		{
			"Fn::Sub": `${hole("AWS::Region")}/${hole("Table")}/${hole("Table.Arn")}`,
		},
		"us-east-1/the-Table/arn:Table",
	],
	[
		"Fn::Sub with values of its own",
		{
			"Fn::Sub": [
				`${hole("Own")}-${hole("!Literal")}`,
				{ Own: { Ref: "Colour" } },
			],
		},
		`green-${hole("Literal")}`,
	],
	["Fn::FindInMap", { "Fn::FindInMap": ["Sizes", "small", "width"] }, 3],
	["Fn::If", { "Fn::If": ["IsGreen", "yes", "no"] }, "yes"],
	[
		"Fn::If on Fn::Not and Fn::Or",
		{ "Fn::If": ["IsNeither", "yes", "no"] },
		"no",
	],
	["Fn::If on Fn::And", { "Fn::If": ["IsBoth", "yes", "no"] }, "no"],
	["AWS::NoValue in an object", { a: 1, b: { Ref: "AWS::NoValue" } }, { a: 1 }],
	[
		"AWS::NoValue in a list",
		["a", { "Fn::If": ["IsRed", "b", { Ref: "AWS::NoValue" }] }],
		["a"],
	],
	[
		"a policy's own Condition",
		{ Condition: { Bool: { x: "y" } } },
		{ Condition: { Bool: { x: "y" } } },
	],
])("resolves %s", (_, value, expected) => {
	expect(open.evaluate(value)).toEqual(expected);
});

test.each<[string, unknown]>([
	["Fn::ImportValue", { "Fn::ImportValue": "x" }],
	["no resource Missing", { Ref: "Missing" }],
	["Table has no attribute Colour", { "Fn::GetAtt": ["Table", "Colour"] }],
	["parameter Nothing", { Ref: "Nothing" }],
	["no condition Missing", { "Fn::If": ["Missing", 1, 2] }],
	["Sizes.huge.width", { "Fn::FindInMap": ["Sizes", "huge", "width"] }],
])("names what it cannot resolve: %s", (message, value) => {
	expect(() => open.evaluate(value)).toThrow(message);
});

test("leaves out a resource whose condition does not hold", () => {
	expect([...open.resources.keys()]).toEqual(["Table"]);
});
