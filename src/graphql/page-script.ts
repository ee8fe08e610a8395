/**
 * What runs in the browser. A text, since it must reach the browser as it is written here, whatever the compiler makes
 * of the code around it. It reads the settings that the page carries.
 *
 * GraphiQL keeps its tabs in the browser's storage but never their headers, so that no token is stored; tabs that come
 * from there get the page's headers again.
 */
export const pageScript = `
const { tabs, headers } = JSON.parse(document.getElementById("settings").textContent);
const key = "graphiql:tabState";
try {
  const state = JSON.parse(localStorage.getItem(key));
  const headersOf = (query) => tabs.find((tab) => tab.query === query)?.headers ?? headers;
  state.tabs = state.tabs.map((tab) => ({ ...tab, headers: tab.headers || headersOf(tab.query) }));
  localStorage.setItem(key, JSON.stringify(state));
} catch {
  // Nothing was stored yet, or it is not GraphiQL's.
}
ReactDOM.createRoot(document.getElementById("page")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: "/graphql" }),
    defaultHeaders: headers,
    defaultTabs: tabs.length > 0 ? tabs : undefined,
    defaultEditorToolsVisibility: "headers",
    shouldPersistHeaders: false,
  }),
);
`;
