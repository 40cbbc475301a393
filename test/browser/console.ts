/**
 * A page that does with a widget what CloudWatch's documents say that its console does: shows the HTML, binds each
 * `cwdb-action` to the element before it, asks for confirmation, calls the function with the payload and the form
 * fields, and shows the answer in the widget's place. `callFunction` is the test's.
 */
export const consolePage = (widget: string, theme: 'light' | 'dark'): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>A dashboard</title>
    <style>body { margin: 0; background: ${theme === 'dark' ? '#0f141a' : '#fff'} }</style>
  </head>
  <body>
    <main><h1 style="position:absolute;clip-path:inset(50%)">A dashboard</h1><h2 style="position:absolute;clip-path:inset(50%)">A widget</h2><div id="widget">${widget}</div></main>
    <script>
      const bind = (root) => {
        for (const action of root.querySelectorAll('cwdb-action')) {
          action.previousElementSibling.addEventListener(action.getAttribute('event') ?? 'click', async () => {
            const question = action.getAttribute('confirmation');
            if (question && !window.confirm(question)) return;
            const fields = [...root.querySelectorAll('input[name], select[name], textarea[name]')];
            const all = Object.fromEntries(fields.map((field) => [field.name, field.value]));
            const payload = JSON.parse(action.textContent);
            root.innerHTML = await window.callFunction(action.getAttribute('endpoint'), payload, { all });
            bind(root);
          });
        }
      };
      bind(document.getElementById('widget'));
    </script>
  </body>
</html>`;
