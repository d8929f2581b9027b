import { openLocalCloud } from "../../local/cloud.ts";

// a local cloud in a process of its own, which a test may kill: node local-process.ts data assembly
const [data, assembly] = process.argv.slice(2);
const cloud = await openLocalCloud({ data, assembly, port: 0 });
console.log(cloud.addresses.api);
