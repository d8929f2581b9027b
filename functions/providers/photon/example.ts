import { canonicalDigest } from "../../inbox/canonical.ts";
import type { Example } from "../../provider.ts";

const photon_key =
	"data/accounts@example.com/2021-06-21/21-10-18_Example_Invoice_1030.json";

const extracted = {
	Total: 1871.8,
	Balance_Due: 1871.8,
	Date: "2021-03-08",
	Category: "General",
	Invoice_Number: "1030",
	Account_Number: "",
	Bill_To_Name: "Sample Buyer Inc",
	Bill_To_Address: "2 Sample Street, Sampletown",
	Bill_To_Vat_Number: "",
	Cashback: 0,
	Created: "2021-06-22 04:10:21",
	Currency_Code: "USD",
	Discount: 0,
	Due_Date: "2021-03-08",
	Payment_Terms: "Due upon Receipt",
	Phone_Number: "5550100",
	Pages: "1",
	Is_Duplicate: 0,
	Notes: "",
	Subtotal: 0,
	Tax: 0,
	Tax_Lines: [],
	Tip: 0,
	PO_Number: "",
	Vendor_Name: "Example Ltd",
	Vendor_Raw_Name: "Example Ltd",
	Vendor_Address: "1 Example Road, Exampleton 00001",
	Vendor_Email: "accounting@example.com",
	Vendor_City: "Exampleton",
	Vendor_Zipcode: "00001",
	Line_Items: [
		{
			Line: 1,
			SKU: "",
			Date: "",
			Order: 0,
			Reference: "",
			Description: "Hourly consulting\nbilled hours for February",
			QTY: 26.74,
			Unit: "",
			Tax: 0,
			Tax_Rate: 0,
			Type: "service",
			Price: 70,
			Discount: 0,
			Amount: 1871.8,
		},
	],
	Raw_Text:
		"Example Ltd\n1 Example Road\n\nINVOICE 1030\n\nBALANCE DUE\t$1,871.80",
	All_Email_Addresses: "accounting@example.com",
	Document_Type: "Invoice",
	Vendor_Country: "US",
};

const done = { message: "success", status: "success" };
const second = photon_key.replace("1030", "1031");

const undescribed = { message: "Blank PDF submitted!", status: "error" };

export default {
	settings: { webhookAuthorization: "example-authorization" },
	headers: { authorization: "example-authorization" },
	deliveries: [
		{
			title: "a document was processed",
			body: { data: { ...extracted, photon_key }, ...done },
			event: { type: "photon.document.processed", subject: photon_key },
		},
		{
			title:
				"a document was processed, its key and your reference beside the data",
			body: {
				data: { ...extracted, Total: "1871.80", Pages: 1, Is_Duplicate: false },
				...done,
				photon_key: second,
				ID: "order-1031",
			},
			event: { type: "photon.document.processed", subject: second },
		},
		{
			title: "something nobody has described",
			body: undescribed,
			event: {
				type: "photon.unrecognized",
				subject: canonicalDigest(JSON.stringify(undescribed)),
			},
		},
		{
			title: "a document to be watched",
			body: { photon_key: photon_key.replace("1030", "1032") },
		},
		{
			title: "a document that is still being processed",
			body: {
				photon_key: photon_key.replace("1030", "1033"),
				message: "The document you submitted is being processed.",
				status: "success",
			},
		},
	],
} satisfies Example;
