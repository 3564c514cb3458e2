// Adds up the answers of a scale while they are given. The server adds again; this is only shown.
const asked = document.querySelectorAll("form.card input[type=radio][name^=item_]");
const names = [...new Set([...asked].map((one) => one.name))];

if (names.length > 0) {
  const sum = document.createElement("p");
  sum.className = "sum";
  sum.setAttribute("role", "status");
  const last = [...asked].at(-1).closest(".asked");
  last.after(sum);
  const add = () => {
    const given = [...asked].filter((one) => one.checked);
    const total = given.reduce((all, one) => all + Number(one.value), 0);
    sum.textContent = `${given.length} / ${names.length}: ${total}`;
  };
  for (const one of asked) one.addEventListener("change", add);
  add();
}
