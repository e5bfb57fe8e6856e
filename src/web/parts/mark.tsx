// The sign of the service.
import icon from "../icon.svg";

export function Mark() {
  return <img className="mark" src={icon} alt="" width="44" height="44" />;
}
